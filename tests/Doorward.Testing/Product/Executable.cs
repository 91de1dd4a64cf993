namespace Doorward.Testing.Product;

/// <summary>Where the built <c>doorward</c> of this test run lies: beside the tests in the artifacts folder, same configuration.</summary>
public static class Executable
{
    public static string Path => Find("Doorward.Cli", "doorward");

    /// <summary>The gateway on its own, as built beside the tests.</summary>
    public static string Gateway => Find("Doorward.Gateway.Host", "doorward-gateway");

    /// <summary>The device agent, as built beside the tests.</summary>
    public static string Agent => Find("Doorward.Agent.Host", "doorward-agent");

    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = Root();

    private static string Find(string project, string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = System.IO.Path.Combine(Root(), "artifacts", "bin", project, configuration, name);
        return File.Exists(path) ? path : throw new FileNotFoundException("Build the solution first.", path);
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Doorward.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests must run from inside the repository.");
    }
}
