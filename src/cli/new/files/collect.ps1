# Collects the evidence of stuck mail on an Exchange server of Windows 2008 and later.
#
# NOT TRIED ON A REAL SERVER: written from the documentation of the commands that it calls. Read it before you run it.
#
# It only reads, and writes into one new folder beside itself. It changes no setting, stops or starts nothing and clears no
# log. Run it as an administrator, from a local disk with room for the logs:
#     powershell -ExecutionPolicy Bypass -File collect.ps1
#     powershell -ExecutionPolicy Bypass -File collect.ps1 -NoMailLogs
param([switch] $NoMailLogs)

$ErrorActionPreference = 'Continue'
$me = $env:COMPUTERNAME
$here = Split-Path -Parent $MyInvocation.MyCommand.Path

# The time as names of files have it, in UTC.
function Get-Stamp { (Get-Date).ToUniversalTime().ToString('yyyyMMddTHHmmss') + 'Z' }

# Not a time that the names of files in it could contradict.
$out = Join-Path $here ($me + '_collected_' + (Get-Date).ToString('yyyyMMdd-HHmmss'))
if (Test-Path -LiteralPath $out) { Write-Output "$out is there already. Wait a second and run it again."; exit 1 }
New-Item -ItemType Directory -Path $out -ErrorAction Stop | Out-Null
$notes = Join-Path $out ($me + '_collect.txt')

function Add-Note([string] $text) { Add-Content -LiteralPath $notes -Value $text -Encoding UTF8 }

Write-Output "Collecting into $out"
Add-Note "Collected on $me by collect.ps1, begun $(Get-Stamp)"
Add-Note "This server's clock: $((Get-Date).ToString('o'))"
Add-Note (w32tm /tz | Out-String)
if ($env:LOGONSERVER) {
    Add-Note (w32tm /stripchart "/computer:$($env:LOGONSERVER.TrimStart('\'))" /samples:3 /dataonly 2>&1 | Out-String)
}
Add-Note (systeminfo | Out-String)
Add-Note (Get-Service | Where-Object { $_.Name -match '^(SMTPSVC|IISADMIN|MSExchange|FMS)' } | Out-String)

# Event logs, as the system's own copies.
foreach ($log in 'Application', 'System', 'Security') {
    Write-Output "Event log $log"
    wevtutil epl $log (Join-Path $out ($me + '_' + $log + '.evtx'))
    if ($LASTEXITCODE -ne 0) { Add-Note "The log $log could not be saved (exit code $LASTEXITCODE)" }
}

# Registry keys with everything below them. Keys that a server has not are passed over.
$keys = @{
    virusscan    = 'HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan'
    transport    = 'HKLM\SOFTWARE\Microsoft\Exchange\TransportAVAPI'
    storedriver  = 'HKLM\SOFTWARE\Microsoft\Exchange\StoreDriver'
    scanner      = 'HKLM\SOFTWARE\Symantec\SMSMSE'
    scanner32    = 'HKLM\SOFTWARE\Wow6432Node\Symantec\SMSMSE'
    computername = 'HKLM\SYSTEM\CurrentControlSet\Control\ComputerName'
    timezone     = 'HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation'
}
foreach ($name in ($keys.Keys | Sort-Object)) {
    $key = $keys[$name]
    if (-not (Test-Path -LiteralPath ($key -replace '^HKLM', 'HKLM:'))) { Add-Note "There is no key $key"; continue }
    Write-Output "Registry $key"
    reg export $key (Join-Path $out ($me + '_' + $name + '_' + (Get-Stamp) + '.reg')) | Out-Null
}

# What lies in mailroot: names, sizes and times, not the messages.
foreach ($drive in Get-PSDrive -PSProvider FileSystem) {
    foreach ($below in 'Program Files\Exchsrvr\Mailroot', 'Exchsrvr\Mailroot', 'Inetpub\mailroot') {
        $folder = Join-Path $drive.Root $below
        if (-not (Test-Path -LiteralPath $folder)) { continue }
        Write-Output "Listing of $folder"
        $file = Join-Path $out ($me + '_mailroot-' + $drive.Name + '_' + (Get-Stamp) + '.txt')
        cmd /c dir /s /a /-c /t:w /4 $folder | Set-Content -LiteralPath $file -Encoding UTF8
    }
}

# Copies of the tracking logs.
if (-not $NoMailLogs -and $env:ExchangeInstallPath) {
    $tracking = Join-Path $env:ExchangeInstallPath 'TransportRoles\Logs\MessageTracking'
    if (Test-Path -LiteralPath $tracking) {
        Write-Output 'Message tracking logs'
        $to = Join-Path $out 'tracking'
        New-Item -ItemType Directory -Path $to | Out-Null
        Copy-Item -Path (Join-Path $tracking '*.LOG') -Destination $to
    }
}

Add-Note "Ended $(Get-Stamp)"
Write-Output "Done. Put the folder $out into the case."
