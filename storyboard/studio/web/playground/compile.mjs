// Compile the modules in a folder with the Python that will run them: `node compile.mjs FOLDER`. Each `.py` becomes a
// `.pyc` in its place, without a time or a path of this machine in it.

import { loadPyodide } from "pyodide";

const python = await loadPyodide();
python.FS.mkdir("/modules");
python.mountNodeFS("/modules", process.argv[2]);
python.runPython(`
import os, py_compile
for folder, _, names in os.walk("/modules"):
    for name in names:
        if name.endswith(".py"):
            path = os.path.join(folder, name)
            shown = os.path.relpath(path, "/modules")
            py_compile.compile(path, path + "c", shown, True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
            os.unlink(path)
`);
process.exit(0);
