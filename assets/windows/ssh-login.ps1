<#
.SYNOPSIS
Lets an account sign in over SSH straight into brcc-tui, and into nothing else. Run it as an administrator.
.DESCRIPTION
Adds a block for one local account to the OpenSSH server's settings: no forwarding, no other program. The server is
asked whether the account is then held to it; where that cannot be shown, everything is put back as it was. The account
signs in with its key or password as before; run "brcc-tui setup" once as that account, for it has its own settings.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\ssh-login.ps1 -Account boxoffice
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\ssh-login.ps1 -Account boxoffice -Remove
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)]
    [ValidatePattern('^[A-Za-z0-9._-]{1,20}$')]
    [string] $Account,

    # Take the block away again.
    [switch] $Remove
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$python = Join-Path (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path '.venv\Scripts\python.exe'
if (-not (Test-Path $python)) { throw "brcc-tui is not installed here: run $PSScriptRoot\install.ps1 first." }
$user = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $user.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    throw 'This changes the settings of the OpenSSH server: run it as an administrator.'
}
$words = @('-P', '-m', 'brcc_tui.windows.ssh_login', (Join-Path $PSScriptRoot 'start.ps1'), $Account)
if ($Remove) { $words += '--remove' }
& $python @words
exit $LASTEXITCODE
