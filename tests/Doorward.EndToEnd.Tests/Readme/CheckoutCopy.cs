using System.Diagnostics;
using Doorward.Testing;

namespace Doorward.EndToEnd.Tests.Readme;

/// <summary>The written files of the checkout in a folder of their own, as a clone would have them: nothing built, nothing run.</summary>
internal sealed class CheckoutCopy : IDisposable
{
    public CheckoutCopy()
    {
        foreach (var file in Checkout.Files("*"))
        {
            var copy = Path.Combine(Folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // Keeps the mode, so that what is executable there is executable here.
            File.Copy(Path.Combine(Checkout.Root, file), copy);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("dw-clone-").FullName;

    public Process Start(string command)
    {
        var start = new ProcessStartInfo("setsid", ["bash", "-c", "exec " + command])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The person who reads the README has a home of their own, and trust is put there.
        start.Environment["HOME"] = Directory.CreateDirectory(Path.Combine(Folder, ".home")).FullName;
        start.Environment["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
