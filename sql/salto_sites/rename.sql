select ops.rename_site(:old_name, :new_name)
