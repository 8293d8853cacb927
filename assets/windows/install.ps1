<#
.SYNOPSIS
Installs brcc-tui into .venv beside this project: the one step of a new computer. Run it again to bring it up to date.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\install.ps1
#>
[CmdletBinding()]
param()

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
. (Join-Path $PSScriptRoot 'python.ps1')
$name, $rest = Find-Python
& $name @($rest | Where-Object { $_ }) (Join-Path $PSScriptRoot 'install.py')
exit $LASTEXITCODE
