using System.Text.Json.Nodes;
using Doorward.Cli.Commands;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Hosting;

namespace Doorward.Cli.Demo;

/// <summary>Makes the demo through the same public API that an operator uses, and says how to walk through it.</summary>
internal sealed class DemoSetup : IAsyncDisposable
{
    private readonly DemoApplications _applications;
    private readonly DemoCredentials _credentials;
    private readonly UpSettings _settings;

    private DemoSetup(DemoApplications applications, DemoCredentials credentials, UpSettings settings) =>
        (_applications, _credentials, _settings) = (applications, credentials, settings);

    public static async Task<DemoSetup> StartAsync(UpSettings settings, CancellationToken cancel)
    {
        var applications = await DemoApplications.StartAsync(TimeProvider.System, cancel);
        try
        {
            var demo = new DemoSetup(applications, Credentials(settings.Data), settings);
            await demo.ApplyAsync(cancel);
            return demo;
        }
        catch
        {
            await applications.DisposeAsync();
            throw;
        }
    }

    public void PrintTour(TextWriter output) => Tour.Print(output, _settings, _credentials);

    public ValueTask DisposeAsync() => _applications.DisposeAsync();

    private static DemoCredentials Credentials(DirectoryInfo data)
    {
        if (DemoCredentials.Read(data) is { } kept)
            return kept;
        var created = DemoCredentials.Create();
        created.Write(data);
        return created;
    }

    private async Task ApplyAsync(CancellationToken cancel)
    {
        using var client = new ControlClient(new ControlEndpoint.Local(_settings.Data));
        await client.PostAsync(
            $"users/{DemoResources.User}/credentials",
            new JsonObject
            {
                ["email"] = "demo@example.test",
                ["password"] = _credentials.Password,
                ["totpSecret"] = _credentials.TotpSecret,
                ["replace"] = true,
            },
            cancel);
        var documents = DocumentReader.Read("demo", DemoResources.Yaml(_applications, _settings.Domain));
        await ApplyCommand.SendAsync(client, documents, dryRun: false, prune: false, cancel);
    }
}
