<#
.SYNOPSIS
Installs brcc-tui into .venv beside this project: the one step of a new computer.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\install.ps1
#>
[CmdletBinding()]
param()

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$project = (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path
$venv = Join-Path $project '.venv'
$python = Join-Path $venv 'Scripts\python.exe'

if (-not (Test-Path $python)) {
    if (Get-Command py -ErrorAction SilentlyContinue) {
        & py -3 -m venv $venv
    }
    elseif (Get-Command python -ErrorAction SilentlyContinue) {
        & python -m venv $venv
    }
    else {
        throw 'Python 3.11 or newer is needed: install it from python.org or with "winget install Python.Python.3.12", then run this again.'
    }
    if ($LASTEXITCODE -ne 0) { throw "No virtual environment could be made in $venv." }
}

& $python -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)'
if ($LASTEXITCODE -ne 0) { throw "Python 3.11 or newer is needed; $venv has an older one. Delete that folder and run this again." }

$constraints = Join-Path $project 'assets\constraints.txt'
& $python -m pip install --quiet --constraint $constraints "${project}[practice]"
if ($LASTEXITCODE -ne 0) { throw 'The packages could not be installed: see the message of pip above.' }

Write-Output 'Installed. Try the practice club:   assets\windows\start.ps1 demo'
Write-Output 'Set it up for your club:            assets\windows\start.ps1 setup'
