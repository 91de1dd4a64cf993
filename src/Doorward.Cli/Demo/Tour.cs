using Doorward.Cli.Hosting;
using Doorward.Cli.Output;
using Doorward.Core.Applications;

namespace Doorward.Cli.Demo;

/// <summary>The five steps, with this installation's addresses and secrets filled in. Each works when copied.</summary>
internal static class Tour
{
    public static void Print(TextWriter output, UpSettings settings, DemoCredentials credentials, bool isLinkGiven)
    {
        var program = ShellWord.Program();
        var data = settings.IsDefaultData ? "" : $" --data {ShellWord.Of(settings.Data.FullName)}";
        output.WriteLine();
        output.WriteLine("The tour, in a second terminal:");
        output.WriteLine("1. Trust the certificate (`trust remove` takes it back):");
        output.WriteLine($"     {program} trust install{data}");
        output.WriteLine(isLinkGiven
            ? "2. Enrol yourself as administrator: open the link of the line `enrol` above."
            : $"2. You are enrolled already: sign in as the administrator at {settings.Url(SystemApplications.ConsoleLabel)}");
        output.WriteLine($"3. Sign in as the demo user, in a private window: {settings.Url(DemoResources.LiveHost)}");
        output.WriteLine($"     user name  {DemoResources.User}");
        output.WriteLine($"     password   {credentials.Password}");
        output.WriteLine("     and, in place of an authenticator app, the code that this prints:");
        output.WriteLine($"     {program} demo code{data}");
        output.WriteLine($"   {settings.Url(DemoResources.VaultHost)} tells her why it is closed to her.");
        output.WriteLine("4. Cut her off while you watch the page:");
        output.WriteLine($"     {program} session revoke --user {DemoResources.User} --reason \"end of the tour\"{data}");
        output.WriteLine("5. See why the last decision was made:");
        output.WriteLine($"     {program} decision explain last{data}");
        output.WriteLine();
    }
}
