<#
.SYNOPSIS
Checks the health of everything every few minutes, as a scheduled task of this user; no window, no password stored.
.DESCRIPTION
On battery too. The last report is kept as JSON in %LOCALAPPDATA%\brcc-tui\health.json, which this user alone may
read. A monitor reads it, or the task's last result: 0 healthy, 1 degraded, 2 down, 3 unknown.
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\health-job.ps1 -Minutes 10
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\health-job.ps1 -Show
.EXAMPLE
powershell -ExecutionPolicy Bypass -File assets\windows\health-job.ps1 -Remove
#>
[CmdletBinding(DefaultParameterSetName = 'Install')]
param(
    [Parameter(ParameterSetName = 'Install')]
    [ValidateRange(1, 1440)]
    [int] $Minutes = 10,

    # Tell when it ran last, and how that ended.
    [Parameter(ParameterSetName = 'Show')]
    [switch] $Show,

    # Take the task away.
    [Parameter(ParameterSetName = 'Remove')]
    [switch] $Remove
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$task = "brcc-tui health ($env:USERNAME)"
$folder = Join-Path $env:LOCALAPPDATA 'brcc-tui'
$report = Join-Path $folder 'health.json'
if ($Show) {
    Get-ScheduledTaskInfo -TaskName $task | Select-Object -Property @('LastRunTime', 'LastTaskResult', 'NextRunTime')
    if (Test-Path $report) { Get-Content -Raw $report | ConvertFrom-Json }
    exit 0
}
if ($Remove) {
    Unregister-ScheduledTask -TaskName $task -Confirm:$false
    Write-Output "The task is gone; the last report stays in $report."
    exit 0
}

# pythonw.exe opens no window, where powershell.exe and python.exe would flash one each time.
$program = Join-Path (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path '.venv\Scripts\pythonw.exe'
if (-not (Test-Path $program)) { throw "brcc-tui is not installed here: run $PSScriptRoot\install.ps1 first." }

$action = New-ScheduledTaskAction -Execute $program -Argument "-P -m brcc_tui.windows.health_job `"$report`""
$trigger = New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes $Minutes)
$options = @{
    StartWhenAvailable         = $true
    MultipleInstances          = 'IgnoreNew'
    ExecutionTimeLimit         = New-TimeSpan -Minutes 5
    AllowStartIfOnBatteries    = $true
    DontStopIfGoingOnBatteries = $true
}
$settings = New-ScheduledTaskSettingsSet @options
Register-ScheduledTask -TaskName $task -Action $action -Trigger $trigger -Settings $settings -Force | Out-Null
Write-Output "Every $Minutes minutes, while this user is signed in. The last report: $report"
