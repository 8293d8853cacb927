<#
.SYNOPSIS
Lets an account sign in over SSH straight into brcc-tui, and into nothing else. Run it as an administrator.
.DESCRIPTION
Adds a block for one local account to the OpenSSH server's settings: no forwarding, no other program. The settings
are checked before they take the place of the old ones, which are kept beside them. The account signs in with its
key or password as before; run "brcc-tui setup" once as that account, for it has its own settings.
.EXAMPLE
assets\windows\ssh-login.ps1 -Account boxoffice
.EXAMPLE
assets\windows\ssh-login.ps1 -Account boxoffice -Remove
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
$config = Join-Path $env:ProgramData 'ssh\sshd_config'
$server = Join-Path $env:SystemRoot 'System32\OpenSSH\sshd.exe'
if (-not (Test-Path $config) -or -not (Test-Path $server)) {
    throw 'The OpenSSH server is not installed: Settings > Apps > Optional features > OpenSSH Server.'
}
$start = Join-Path $PSScriptRoot 'start.ps1'
$first = "# brcc-tui for $Account"
$last = "# end of brcc-tui for $Account"

$kept = @()
$inside = $false
foreach ($line in @(Get-Content $config)) {
    if ($line -eq $first) { $inside = $true }
    if (-not $inside) { $kept += $line }
    if ($line -eq $last) { $inside = $false }
}
if ($inside) { throw "$config has a block for $Account without its end: mend it by hand." }
if (-not $Remove) {
    # A Match block reaches to the next one, so ours stands at the end.
    $kept += @(
        $first,
        "Match User $Account",
        "    ForceCommand powershell.exe -NoLogo -NoProfile -ExecutionPolicy Bypass -File `"$start`"",
        '    AllowTcpForwarding no',
        '    AllowAgentForwarding no',
        '    PermitTTY yes',
        $last
    )
}

$fresh = "$config.new"
[IO.File]::WriteAllLines($fresh, [string[]] $kept)
& $server -t -f $fresh
if ($LASTEXITCODE -ne 0) {
    Remove-Item $fresh
    throw 'The OpenSSH server would not take these settings; nothing was changed.'
}
Copy-Item -Force $config "$config.before-brcc-tui"
# The content goes into the old file, so that its access list, which the server insists on, stays.
[IO.File]::WriteAllText($config, [IO.File]::ReadAllText($fresh))
Remove-Item $fresh
Restart-Service sshd
Write-Output "Done. The settings before stand in $config.before-brcc-tui"
