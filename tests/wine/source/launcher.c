/* python.exe: hands everything to the python3XX.dll beside it. python.org's own launcher comes with its installer alone. */
#include <windows.h>

typedef int (*main_of_python)(int, wchar_t **);

int wmain(int argc, wchar_t **argv) {
    HMODULE python = LoadLibraryW(L"python" PYTHON_VERSION L".dll");
    main_of_python run = python ? (main_of_python)(void *)GetProcAddress(python, "Py_Main") : NULL;
    return run ? run(argc, argv) : 9009;
}
