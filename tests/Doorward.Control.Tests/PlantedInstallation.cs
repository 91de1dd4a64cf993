using Doorward.Control.Storage;

namespace Doorward.Control.Tests;

/// <summary>
/// A data directory that a control plane was started on once, and copies of it. Making its keys and bringing its database to the schema
/// takes longer than most tests, and is tested where it is the question.
/// </summary>
internal static class PlantedInstallation
{
    private static readonly Lazy<Task<string>> Planted = new(PlantAsync);

    /// <summary>A directory of its own, as it is after a first start and a clean stop.</summary>
    public static async Task<string> CopyAsync()
    {
        var copy = Directory.CreateTempSubdirectory("doorward-").FullName;
        Copy(await Planted.Value, copy);
        return copy;
    }

    private static async Task<string> PlantAsync()
    {
        var path = Directory.CreateTempSubdirectory("doorward-planted-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(path, recursive: true);
        await using var control = await TestControlPlane.StartAsync(path);
        // Made in the background of a first start.
        while (!control.Open().Secrets.Any(secret => secret.Purpose == SecretPurposes.OidcSigningKey))
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        return path;
    }

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            var made = Path.Combine(to, Path.GetFileName(folder));
            Directory.CreateDirectory(made);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(made, File.GetUnixFileMode(folder));
            Copy(folder, made);
        }

        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
