print("a banner of the package")  # as some projects do
