def register()
    pass
