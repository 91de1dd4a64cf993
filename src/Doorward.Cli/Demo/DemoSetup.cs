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
            var documents = DocumentReader.Read("demo", DemoResources.Yaml(applications, settings.Domain));
            using var client = new ControlClient(new ControlEndpoint.Local(settings.Data));
            var demo = new DemoSetup(applications, await CredentialsAsync(client, documents, settings.Data, cancel), settings);
            await demo.ApplyAsync(client, documents, cancel);
            return demo;
        }
        catch
        {
            await applications.DisposeAsync();
            throw;
        }
    }

    public void PrintTour(TextWriter output, bool isLinkGiven) => Tour.Print(output, _settings, _credentials, isLinkGiven);

    public ValueTask DisposeAsync() => _applications.DisposeAsync();

    // No demo has run on this data while no credentials are kept: whoever has one of its names is somebody then, and what has one is an
    // operator's. Neither is to be replaced.
    private static async Task<DemoCredentials> CredentialsAsync(ControlClient client, IReadOnlyList<Document> documents, DirectoryInfo data, CancellationToken cancel)
    {
        var kept = DemoCredentials.Read(data);
        if (kept is null && await FindAsync(client, $"users/{DemoResources.User}", cancel) is not null) throw Taken($"user {DemoResources.User}");
        foreach (var document in documents.Select(static document => document.Json))
        {
            if (await FindAsync(client, ResourceText.AddressOf(document), cancel) is { } there && !(kept is not null && IsOfDemo(there))) throw Taken(ResourceText.NameOf(document));
        }

        if (kept is not null) return kept;
        var created = DemoCredentials.Create();
        created.Write(data);
        return created;
    }

    // Only applications say by their labels whose they are.
    private static bool IsOfDemo(JsonNode resource) =>
        resource["kind"]?.ToString() is not "Application" || resource["spec"]?["labels"]?["demo"]?.ToString() == "true";

    private static CommandFailure Taken(string what) =>
        new($"there is {(what[0] is 'a' ? "an" : "a")} {what} already, which is not the demo's", "start without --demo, or with --data on a folder of its own", "--demo");

    private static async Task<JsonNode?> FindAsync(ControlClient client, string path, CancellationToken cancel)
    {
        try
        {
            return await client.GetAsync(path, cancel);
        }
        catch (CommandFailure failure) when (failure.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task ApplyAsync(ControlClient client, IReadOnlyList<Document> documents, CancellationToken cancel)
    {
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
        await ApplyCommand.SendAsync(client, documents, dryRun: false, prune: false, cancel);
    }
}
