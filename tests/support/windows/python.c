/* python.exe: hands its arguments to the Python of this DLL. */
#include <windows.h>

int wmain(int argc, wchar_t **argv)
{
    HMODULE python = LoadLibraryW(PYTHON_DLL);
    if (python == NULL)
        return 90;
    int (*run)(int, wchar_t **) = (int (*)(int, wchar_t **))(void *)GetProcAddress(python, "Py_Main");
    return run == NULL ? 91 : run(argc, argv);
}
