<#
.SYNOPSIS
For the other scripts: finds a Python that runs, of whatever version; what it is good for it tells itself.
.DESCRIPTION
A name that is found need not run: the word "python" alone stands for the Microsoft Store until one is installed, and
the launcher "py" may have none to launch. So each is run.
#>
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Find-Python {
    foreach ($words in @('py -3', 'python', 'python3')) {
        $name, $rest = -split $words
        if (-not (Get-Command $name -CommandType Application -ErrorAction SilentlyContinue)) { continue }
        # What it complains of must not end this script, as Windows PowerShell 5 would have it.
        $ErrorActionPreference = 'Continue'
        $answer = & $name @($rest | Where-Object { $_ }) -c 'print(20 + 3)' 2>$null
        $ErrorActionPreference = 'Stop'
        if ("$answer".Trim() -eq '23') { return -split $words }
    }
    [Console]::Error.WriteLine('No Python was found that runs (the word "python" alone only opens the Microsoft Store).')
    [Console]::Error.WriteLine('Install it:  winget install --exact --id Python.Python.3.13 --source winget --architecture x64')
    [Console]::Error.WriteLine('or from python.org (the installer for 64 bit). Then open a new window and run this again.')
    exit 1
}
