<#
.SYNOPSIS
Puts a shortcut on the desktop that opens brcc-tui, in Windows Terminal where there is one.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\shortcut.ps1
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\shortcut.ps1 -Practice
#>
[CmdletBinding()]
param(
    # The practice club instead of the real one.
    [switch] $Practice
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$start = Join-Path $PSScriptRoot 'start.ps1'
$name = 'Comedy club seats'
$command = "-NoLogo -ExecutionPolicy Bypass -File `"$start`""
if ($Practice) {
    $name = 'Comedy club seats (practice)'
    $command = "$command demo"
}

$shell = New-Object -ComObject WScript.Shell
$shortcut = $shell.CreateShortcut((Join-Path ([Environment]::GetFolderPath('Desktop')) "$name.lnk"))
$terminal = Get-Command wt.exe -ErrorAction SilentlyContinue
if ($terminal) {
    $shortcut.TargetPath = $terminal.Source
    $shortcut.Arguments = "powershell.exe $($command.Replace(';', '\;'))"  # a semicolon begins another tab
}
else {
    $shortcut.TargetPath = Join-Path $env:SystemRoot 'System32\WindowsPowerShell\v1.0\powershell.exe'
    $shortcut.Arguments = $command
}
$shortcut.WorkingDirectory = [Environment]::GetFolderPath('UserProfile')
$shortcut.Description = 'Seats on Eventbrite and in the shop'
$shortcut.Save()
Write-Output "On the desktop: $name"
