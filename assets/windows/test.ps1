<#
.SYNOPSIS
Runs every check and test of the project; arguments choose some of them (they go to pytest).
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\test.ps1
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\test.ps1 tests\model
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(ValueFromRemainingArguments = $true)]
    [string[]] $Arguments
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'python.ps1')
$name, $rest = Find-Python
if (-not $Arguments) { $Arguments = @() }
$before = $env:PYTHONUTF8
$status = 1
try {
    $env:PYTHONUTF8 = '1'
    & $name @($rest | Where-Object { $_ }) (Join-Path $PSScriptRoot '..\..\tests\run.py') @Arguments
    $status = $LASTEXITCODE
}
finally {
    if ($null -eq $before) { Remove-Item -Path Env:PYTHONUTF8 } else { $env:PYTHONUTF8 = $before }
}
exit $status
