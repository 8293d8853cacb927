<#
.SYNOPSIS
Starts brcc-tui with a terminal that shows every letter. What follows is handed on as it is.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\start.ps1
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\start.ps1 demo --buyers 3
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\start.ps1 -Profile staging health
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
if (-not $Arguments) { $Arguments = @() }

# The window is given back as it was: what is set here would go on to choose the profile of whatever runs in it next.
$before = @{ PYTHONUTF8 = $env:PYTHONUTF8; BRCC_PROFILE = $env:BRCC_PROFILE }
$encoding = $null
$status = 1
try {
    # Older consoles show the letters of one country alone; UTF-8 has them all. Both ends must agree on it.
    $env:PYTHONUTF8 = '1'
    if ($ClubProfile) { $env:BRCC_PROFILE = $ClubProfile }
    try {
        $encoding = [Console]::OutputEncoding
        [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
    }
    catch [System.IO.IOException] {
        $encoding = $null  # no console, as over SSH without a terminal
    }
    & $program @Arguments
    $status = $LASTEXITCODE
}
finally {
    foreach ($name in $before.Keys) {
        if ($null -eq $before[$name]) { Remove-Item -Path "Env:$name" -ErrorAction SilentlyContinue }
        else { Set-Item -Path "Env:$name" -Value $before[$name] }
    }
    if ($encoding) { [Console]::OutputEncoding = $encoding }
}
exit $status
