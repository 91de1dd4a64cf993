using System.Diagnostics;
using Doorward.Testing;

namespace Doorward.EndToEnd.Tests.Launcher;

/// <summary>
/// The real launcher beside a program of a few lines in place of the product, so that building takes seconds. What it launches
/// prints its arguments, its data home and where it runs from.
/// </summary>
internal sealed class LauncherHome : IDisposable
{
    private const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <AssemblyName>doorward</AssemblyName>
            <ImplicitUsings>enable</ImplicitUsings>
          </PropertyGroup>
        </Project>
        """;

    public LauncherHome()
    {
        File.Copy(Path.Combine(Checkout.Root, "doorward"), Path.Combine(Folder, "doorward"));
        File.Copy(Path.Combine(Checkout.Root, "global.json"), Path.Combine(Folder, "global.json"));
        Directory.CreateDirectory(Path.Combine(Folder, "src", "Doorward.Cli"));
        Write("Directory.Packages.props", "<Project />");
        Write("src/Doorward.Cli/Doorward.Cli.csproj", Project);
        SourcePrints("one");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("dw-launcher-").FullName;

    public string Launcher => Path.Combine(Folder, "doorward");

    public void Write(string path, string text) => File.WriteAllText(Path.Combine(Folder, path), text);

    public void SourcePrints(string word) => Write("src/Doorward.Cli/Program.cs",
        $$"""
        Console.WriteLine("{{word}} " + string.Join('|', args));
        Console.WriteLine(Environment.GetEnvironmentVariable("DOORWARD_HOME"));
        Console.WriteLine(AppContext.BaseDirectory);
        if (args is ["wait"]) { Console.In.ReadToEnd(); Console.WriteLine(typeof(System.Xml.Linq.XDocument).Assembly.GetName().Name); }
        return args is ["fail"] ? 7 : 0;
        """);

    public Task<Outcome> RunAsync(params string[] args) => RunAsync(Launcher, Folder, [], args);

    public static async Task<Outcome> RunAsync(string launcher, string workingFolder, Dictionary<string, string?> environment, params string[] args)
    {
        using var process = Start(launcher, workingFolder, environment, args);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await error);
    }

    public static Process Start(string launcher, string workingFolder, Dictionary<string, string?> environment, params string[] args)
    {
        var start = new ProcessStartInfo(launcher, args)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal sealed record Outcome(int Code, string Out, string Error);
}
