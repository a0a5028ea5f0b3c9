select ops.rename_kept(:old_name, :new_name)
