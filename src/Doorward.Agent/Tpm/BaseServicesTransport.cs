using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Doorward.Agent.Tpm;

/// <summary>Windows' way to its TPM (tbs.h). Preview: nobody tests it yet.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class BaseServicesTransport : ITpmTransport
{
    private const int Largest = 8192;
    private const uint VersionTwo = 2;
    private const uint IncludeTpm20 = 1 << 2;
    private const uint NormalPriority = 200;
    private nint _context;

    public BaseServicesTransport()
    {
        var parameters = new ContextParameters { Version = VersionTwo, Flags = IncludeTpm20 };
        var result = CreateContext(in parameters, out _context);
        if (result != 0) throw TpmException.Gone($"TPM Base Services answered 0x{result:x8}");
    }

    public byte[] Exchange(ReadOnlySpan<byte> command)
    {
        var response = new byte[Largest];
        var length = (uint)response.Length;
        var result = Submit(_context, 0, NormalPriority, command, (uint)command.Length, response, ref length);
        if (result != 0 || length > response.Length) throw TpmException.Gone($"TPM Base Services answered 0x{result:x8}");
        return response[..(int)length];
    }

    public void Dispose()
    {
        var context = Interlocked.Exchange(ref _context, 0);
        if (context != 0) _ = CloseContext(context);
    }

    [LibraryImport("tbs.dll", EntryPoint = "Tbsi_Context_Create")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint CreateContext(in ContextParameters parameters, out nint context);

    [LibraryImport("tbs.dll", EntryPoint = "Tbsip_Submit_Command")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint Submit(
        nint context, uint locality, uint priority, ReadOnlySpan<byte> command, uint commandLength, Span<byte> response, ref uint responseLength);

    [LibraryImport("tbs.dll", EntryPoint = "Tbsip_Context_Close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial uint CloseContext(nint context);

    // TBS_CONTEXT_PARAMS2
    private struct ContextParameters
    {
        public uint Version;
        public uint Flags;
    }
}
