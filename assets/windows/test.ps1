<#
.SYNOPSIS
Runs every check and test of the project; arguments choose some of them (they go to pytest).
.EXAMPLE
assets\windows\test.ps1
.EXAMPLE
assets\windows\test.ps1 tests\model
#>
param(
    [Parameter(ValueFromRemainingArguments = $true)]
    [string[]] $Arguments
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$project = (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path
$runner = Join-Path $project 'tests\run.py'
$env:PYTHONUTF8 = '1'
if (-not $Arguments) { $Arguments = @() }

if (Get-Command py -ErrorAction SilentlyContinue) { & py -3 $runner @Arguments } else { & python $runner @Arguments }
exit $LASTEXITCODE
