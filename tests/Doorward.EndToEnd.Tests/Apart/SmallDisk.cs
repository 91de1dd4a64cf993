using System.Diagnostics;

namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>A disk of a few megabytes (tmpfs), which can be filled. Only root can make one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Null where nothing may be mounted.</summary>
    public static async Task<SmallDisk?> MountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("doorward-disk-").FullName;
        if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=700", "tmpfs", folder) == 0)
            return new SmallDisk(folder);
        Directory.Delete(folder);
        return null;
    }

    /// <summary>Takes all the space that there is.</summary>
    public async Task FillAsync()
    {
        await using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 64 * 1024; size > 0;)
        {
            try
            {
                await file.WriteAsync(new byte[size]);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Empty() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "--lazy", Folder);
        Directory.Delete(Folder, recursive: true);
    }

    private static async Task<int> RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
