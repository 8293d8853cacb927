<#
.SYNOPSIS
Starts brcc-tui with a terminal that shows every letter. What follows is handed on as it is.
.EXAMPLE
assets\windows\start.ps1
.EXAMPLE
assets\windows\start.ps1 demo --buyers 3
.EXAMPLE
assets\windows\start.ps1 -Profile staging health
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    # Which settings: each profile has a file of its own.
    [Alias('Profile')]
    [ValidateSet('practice', 'staging', 'production')]
    [string] $ClubProfile,

    [Parameter(ValueFromRemainingArguments = $true)]
    [string[]] $Arguments
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$project = (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path
$program = Join-Path $project '.venv\Scripts\brcc-tui.exe'
if (-not (Test-Path $program)) { throw "brcc-tui is not installed here: run $PSScriptRoot\install.ps1 first." }

# Older consoles show the letters of one country alone; UTF-8 has them all. Both ends must agree on it.
$before = [Console]::OutputEncoding
$env:PYTHONUTF8 = '1'
if ($ClubProfile) { $env:BRCC_PROFILE = $ClubProfile }
try {
    [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
    if ($Arguments) { & $program @Arguments } else { & $program }
    $status = $LASTEXITCODE
}
finally {
    [Console]::OutputEncoding = $before
}
exit $status
