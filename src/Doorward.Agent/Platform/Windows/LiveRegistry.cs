using System.Runtime.Versioning;
using System.Security;
using Microsoft.Win32;

namespace Doorward.Agent.Platform.Windows;

/// <summary>The registry of this machine, below HKEY_LOCAL_MACHINE, as 64-bit programs see it.</summary>
[SupportedOSPlatform("windows")]
internal sealed class LiveRegistry : IRegistry
{
    public bool HasKey(string key) => Within(key, static _ => "there") is not null;

    public string? Read(string key, string value) => Within(key, open => open.GetValue(value) switch
    {
        string text => text,
        int number => ((uint)number).ToString(),
        long number => ((ulong)number).ToString(),
        _ => null,
    });

    private static string? Within(string key, Func<RegistryKey, string?> read)
    {
        try
        {
            using var machine = RegistryKey.OpenBaseKey(RegistryHive.LocalMachine, RegistryView.Registry64);
            using var open = machine.OpenSubKey(key);
            return open is null ? null : read(open);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SecurityException)
        {
            return null;
        }
    }
}
