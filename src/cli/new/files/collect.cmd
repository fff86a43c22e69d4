@echo off
rem ---------------------------------------------------------------------------
rem Collects the evidence of stuck mail on an Exchange server of Windows 2003.
rem
rem NOT TRIED ON A REAL WINDOWS 2003: written from the documentation of the
rem commands that it calls. Read it before you run it.
rem
rem It only reads, and writes into one new folder beside itself. It changes no
rem setting, stops or starts nothing and clears no log. (The first call of wmic
rem on a machine makes Windows set up wmic itself.)
rem
rem Run it as an administrator, from a local disk with room for the logs:
rem     collect.cmd                 everything
rem     collect.cmd nomaillogs      without tracking logs and SMTP logs
rem ---------------------------------------------------------------------------
setlocal
if not defined COMPUTERNAME goto :noname
set "ME=%COMPUTERNAME%"

call :now
rem Not a time that the names of files in it could contradict.
set "OUT=%~dp0%ME%_collected_%DAY%-%CLOCK%"
if exist "%OUT%" goto :exists
mkdir "%OUT%"
if not exist "%OUT%" goto :nofolder
set "NOTES=%OUT%\%ME%_collect.txt"

echo Collecting into "%OUT%"
echo Collected on %ME% by collect.cmd, begun %NOW% by the clock of this server. > "%NOTES%"

call :about
call :log Application
call :log System
call :log Security
call :key virusscan "HKLM\SYSTEM\CurrentControlSet\Services\MSExchangeIS\VirusScan"
call :key transport "HKLM\SOFTWARE\Microsoft\Exchange\TransportAVAPI"
call :key storedriver "HKLM\SOFTWARE\Microsoft\Exchange\StoreDriver"
call :key scanner "HKLM\SOFTWARE\Symantec\SMSMSE"
call :key computername "HKLM\SYSTEM\CurrentControlSet\Control\ComputerName"
call :key timezone "HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
for %%D in (C D E F G H) do call :mailroot %%D "Program Files\Exchsrvr\Mailroot"
for %%D in (C D E F G H) do call :mailroot %%D "Exchsrvr\Mailroot"
for %%D in (C D E F G H) do call :mailroot %%D "Inetpub\mailroot"
if /i not "%~1"=="nomaillogs" call :maillogs

call :now
echo Ended %NOW%. >> "%NOTES%"
echo Done. Put the folder "%OUT%" into the case.
echo Now look into the temp tables: see CAPTURE.md.
endlocal
exit /b 0

:noname
echo The name of this computer is not known (COMPUTERNAME is not set).
endlocal
exit /b 1

:exists
echo "%OUT%" is there already. Wait a second and run it again.
endlocal
exit /b 1

:nofolder
echo "%OUT%" could not be made. Copy collect.cmd to a disk that can be written to.
endlocal
exit /b 1

rem ---------------------------------------------------------------------------
rem The time as names of files have it: 20060320T220000-0500. WMI writes
rem 20060320220000.000000-300, with the minutes that local time is ahead of UTC.
rem ---------------------------------------------------------------------------
:now
set "NOW=unknown-time"
set "DAY=unknown"
set "CLOCK=time"
set "WMI="
for /f "tokens=2 delims==" %%T in ('wmic os get LocalDateTime /value ^< nul ^| find "="') do set "WMI=%%T"
if not defined WMI goto :eof
rem The 1 before the digits keeps 060 from being read as an octal number.
set /a MINUTES=1%WMI:~22,3%-1000
set /a HOURS=MINUTES/60
set /a MINUTES=MINUTES-HOURS*60
set "HOURS=0%HOURS%"
set "MINUTES=0%MINUTES%"
set "DAY=%WMI:~0,8%"
set "CLOCK=%WMI:~8,6%"
set "NOW=%DAY%T%CLOCK%%WMI:~21,1%%HOURS:~-2%%MINUTES:~-2%"
goto :eof

rem ---------------------------------------------------------------------------
rem Clock, zone, system, services.
rem ---------------------------------------------------------------------------
:about
echo Clock and system
echo. >> "%NOTES%"
echo This server's clock: %DATE% %TIME% >> "%NOTES%"
w32tm /tz >> "%NOTES%" 2>&1
if defined LOGONSERVER w32tm /stripchart /computer:%LOGONSERVER:~2% /samples:3 /dataonly >> "%NOTES%" 2>&1
systeminfo >> "%NOTES%" 2>&1
for %%S in (SMTPSVC IISADMIN MSExchangeIS MSExchangeSA RESvc SMSMSE) do sc query %%S >> "%NOTES%" 2>&1
goto :eof

rem ---------------------------------------------------------------------------
rem A log, as the closed copy that the system itself makes of it.
rem ---------------------------------------------------------------------------
:log
echo Event log %1
echo. >> "%NOTES%"
echo Event log %1: ReturnValue 0 is success, 8 a missing privilege, 183 a file that is there. >> "%NOTES%"
wmic /interactive:off nteventlog where "LogFileName='%1'" call BackupEventLog "%OUT%\%ME%_%1.evt" < nul >> "%NOTES%" 2>&1
if not exist "%OUT%\%ME%_%1.evt" echo    could not be saved: save it with Event Viewer as .evt
goto :eof

rem ---------------------------------------------------------------------------
rem A registry key with everything below it. Keys that a server has not are
rem passed over.
rem ---------------------------------------------------------------------------
:key
call :now
reg query %2 > nul 2>&1
if errorlevel 1 goto :nokey
echo Registry %~2
reg export %2 "%OUT%\%ME%_%1_%NOW%.reg" >> "%NOTES%" 2>&1
goto :eof
:nokey
echo There is no key %2 >> "%NOTES%"
goto :eof

rem ---------------------------------------------------------------------------
rem What lies in mailroot: names, sizes and times, not the messages.
rem ---------------------------------------------------------------------------
:mailroot
if not exist "%1:\%~2\" goto :eof
call :now
echo Listing of %1:\%~2
dir /s /a /-c /t:w /4 "%1:\%~2" > "%OUT%\%ME%_mailroot-%1_%NOW%.txt" 2>> "%NOTES%"
goto :eof

rem ---------------------------------------------------------------------------
rem Copies of the tracking logs and of the logs of each SMTP virtual server.
rem ---------------------------------------------------------------------------
:maillogs
echo Message tracking logs
xcopy "\\%ME%\%ME%.log\*.log" "%OUT%\tracking" /i /c /q /y >> "%NOTES%" 2>&1
echo SMTP logs
for /d %%D in ("%windir%\system32\LogFiles\SMTPSVC*") do xcopy "%%D\*.log" "%OUT%\%%~nxD" /i /c /q /y >> "%NOTES%" 2>&1
goto :eof
