using System.Runtime.InteropServices;

namespace Doorward.Agent.Keys.Pkcs11;

/// <summary>
/// A PKCS #11 module, called through its list of functions. Modules stay loaded and initialized for the life of the process: C_Finalize
/// would take them from everybody else in it. Not for Windows, where CK_ULONG and the packing of structures are others.
/// </summary>
internal sealed unsafe class Pkcs11Module
{
    private const nuint AlreadyInitialized = 0x191;
    private readonly nint* _functions;

    private Pkcs11Module(nint* functions) => _functions = functions;

    public static Pkcs11Module Load(string path)
    {
        if (OperatingSystem.IsWindows()) throw new DeviceKeyException("PKCS #11 modules are not used on Windows: its TPM is");
        if (!Path.IsPathFullyQualified(path)) throw new DeviceKeyException($"{path} is not a whole path: modules are not searched for");
        if (!NativeLibrary.TryLoad(path, out var library) || !NativeLibrary.TryGetExport(library, "C_GetFunctionList", out var export))
            throw new DeviceKeyException($"{path} is not a PKCS #11 module");
        nint* list = null;
        Check("C_GetFunctionList", ((delegate* unmanaged[Cdecl]<nint**, nuint>)export)(&list));
        if (list is null) throw new DeviceKeyException($"{path} gives no list of functions");
        var module = new Pkcs11Module(list + 1); // CK_VERSION, padded to a pointer
        module.Initialize();
        return module;
    }

    /// <summary>The slot of the token with that label.</summary>
    public nuint FindSlot(string label)
    {
        nuint count = 0;
        var getSlotList = (delegate* unmanaged[Cdecl]<byte, nuint*, nuint*, nuint>)At(Pkcs11Function.GetSlotList);
        Check("C_GetSlotList", getSlotList(1, null, &count));
        var slots = new nuint[Math.Min(count, 256)];
        count = (nuint)slots.Length;
        fixed (nuint* first = slots) Check("C_GetSlotList", getSlotList(1, first, &count));
        var found = slots.Take((int)count).Where(slot => LabelOf(slot) == label).ToArray();
        return found switch
        {
            [var slot] => slot,
            [] => throw new DeviceKeyException($"there is no token labelled {label}"),
            _ => throw new DeviceKeyException($"there are {found.Length} tokens labelled {label}"),
        };
    }

    /// <summary>The address of a function, to be cast to what it is.</summary>
    public void* At(Pkcs11Function function) => (void*)_functions[(int)function];

    public static void Check(string what, nuint code)
    {
        if (code != 0) throw new Pkcs11Exception(what, code);
    }

    private void Initialize()
    {
        // CK_C_INITIALIZE_ARGS: no mutexes of ours, those of the system may be used, nothing reserved.
        var arguments = stackalloc nuint[6];
        arguments[4] = Pkcs11Constants.OsLocking;
        var code = ((delegate* unmanaged[Cdecl]<nuint*, nuint>)At(Pkcs11Function.Initialize))(arguments);
        if (code != AlreadyInitialized) Check("C_Initialize", code);
    }

    private string LabelOf(nuint slot)
    {
        const int labelBytes = 32;
        var information = stackalloc byte[256]; // CK_TOKEN_INFO has 208; it begins with the label, filled with blanks
        var code = ((delegate* unmanaged[Cdecl]<nuint, byte*, nuint>)At(Pkcs11Function.GetTokenInfo))(slot, information);
        return code == 0 ? System.Text.Encoding.UTF8.GetString(information, labelBytes).TrimEnd(' ') : "";
    }
}
