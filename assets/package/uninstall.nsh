; Hooks of the Windows installer. Removing the program never removes the person's data: the uninstaller of Tauri offers to delete the
; folder that the vaults lie in, and this takes that choice back. A vault is deleted in Satchel itself, where it is asked for properly.

!macro NSIS_HOOK_PREUNINSTALL
  ${If} $DeleteAppDataCheckboxState = 1
    MessageBox MB_ICONINFORMATION|MB_OK "Satchel will be removed. Your vault stays where it is: only Satchel itself can delete a vault." /SD IDOK
  ${EndIf}
  StrCpy $DeleteAppDataCheckboxState 0
!macroend
