using System.Diagnostics;

namespace Doorward.Cedar.Tests.Packaging;

/// <summary>The package as <c>dotnet pack</c> makes it, in a folder of its own.</summary>
internal sealed class Package : IDisposable
{
    private Package(DirectoryInfo folder) => Folder = folder;

    public DirectoryInfo Folder { get; }

    public string Path => Directory.GetFiles(Folder.FullName, "*.nupkg").Single();

    public string SymbolsPath => Directory.GetFiles(Folder.FullName, "*.snupkg").Single();

    public string Version => System.IO.Path.GetFileNameWithoutExtension(Path)["Doorward.Cedar.".Length..];

    public static string Repository { get; } = Above("Doorward.slnx");

    /// <summary>Packs the project from another folder's build, so that what is built there is not disturbed.</summary>
    public static async Task<Package> PackAsync(string project = "src/Doorward.Cedar")
    {
        var package = new Package(Directory.CreateTempSubdirectory("dw-pack-"));
        var (code, output) = await RunAsync(Repository, "pack", project, "-c", "Release", "-o", package.Folder.FullName, "-p:NuGetAudit=false",
            $"-p:ArtifactsPath={System.IO.Path.Combine(package.Folder.FullName, "build")}", "--verbosity", "quiet");
        Assert.True(code == 0, output);
        return package;
    }

    public static async Task<(int Code, string Output)> RunAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    public void Dispose() => Folder.Delete(recursive: true);

    private static string Above(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, file))) folder = folder.Parent ?? throw new DirectoryNotFoundException(file);
        return folder.FullName;
    }
}
