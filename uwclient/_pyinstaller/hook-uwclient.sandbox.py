"""Has PyInstaller bring along the files that the sandbox reads."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files("uwclient.sandbox")
