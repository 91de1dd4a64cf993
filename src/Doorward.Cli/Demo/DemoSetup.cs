using System.Net;
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
            var demo = new DemoSetup(applications, await CredentialsAsync(settings.Data, cancel), settings);
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

    private static async Task<DemoCredentials> CredentialsAsync(DirectoryInfo data, CancellationToken cancel)
    {
        if (DemoCredentials.Read(data) is { } kept)
            return kept;
        // No demo has run on this data, so whoever has the name is somebody, whose way in is not to be replaced.
        if (await IsThereAsync($"users/{DemoResources.User}", data, cancel))
            throw new CommandFailure($"there is a user {DemoResources.User} already", "start without --demo, or with --data on a folder of its own", "--demo");
        var created = DemoCredentials.Create();
        created.Write(data);
        return created;
    }

    private static async Task<bool> IsThereAsync(string path, DirectoryInfo data, CancellationToken cancel)
    {
        using var client = new ControlClient(new ControlEndpoint.Local(data));
        try
        {
            await client.GetAsync(path, cancel);
            return true;
        }
        catch (CommandFailure failure) when (failure.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
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
