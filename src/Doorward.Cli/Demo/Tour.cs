using Doorward.Cli.Hosting;

namespace Doorward.Cli.Demo;

/// <summary>The five steps, with this installation's addresses and secrets filled in. Each works when copied.</summary>
internal static class Tour
{
    public static void Print(TextWriter output, UpSettings settings, DemoCredentials credentials)
    {
        var data = IsDefault(settings) ? "" : $" --data {settings.Data.FullName}";
        output.WriteLine();
        output.WriteLine("The tour, in a second terminal:");
        output.WriteLine("1. Trust the certificate (take it back with `trust remove`):");
        output.WriteLine($"     ./doorward trust install{data}");
        output.WriteLine("2. Enrol yourself as administrator: open the `enrol` link above.");
        output.WriteLine($"3. Sign in as the demo user in a private window: {settings.Url(DemoResources.LiveHost)}");
        output.WriteLine($"     user name  {DemoResources.User}");
        output.WriteLine($"     password   {credentials.Password}");
        output.WriteLine($"     code       what this prints, in place of an authenticator app: ./doorward demo code{data}");
        output.WriteLine($"   {settings.Url(DemoResources.VaultHost)} tells her why it is closed to her.");
        output.WriteLine("4. Cut her off while you watch the page:");
        output.WriteLine($"     ./doorward session revoke --user {DemoResources.User} --reason \"end of the tour\"{data}");
        output.WriteLine("5. See why the last decision was made:");
        output.WriteLine($"     ./doorward decision explain last{data}");
        output.WriteLine();
    }

    private static bool IsDefault(UpSettings settings) => settings.Data.Name == ".doorward"
        && string.Equals(settings.Data.Parent?.FullName, Environment.GetEnvironmentVariable("DOORWARD_HOME") ?? Environment.CurrentDirectory, StringComparison.Ordinal);
}
