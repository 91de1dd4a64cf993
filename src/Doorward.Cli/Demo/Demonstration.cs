using System.Net;
using System.Text.Json.Nodes;
using Doorward.Cli.Commands;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;

namespace Doorward.Cli.Demo;

/// <summary>`up --demo`: two applications, a user, a group and policies, added through the same API that everyone uses.</summary>
internal sealed class Demonstration : IAsyncDisposable
{
    private readonly DemoApplications applications;

    private Demonstration(DemoApplications applications, DemoCredentials credentials) =>
        (this.applications, Credentials) = (applications, credentials);

    public DemoCredentials Credentials { get; }

    /// <summary>Starts the applications and opens their doors. The installation on this data must be serving.</summary>
    public static async Task<Demonstration> StartAsync(DirectoryInfo data, string domain, TimeProvider time, CancellationToken cancel)
    {
        var applications = await DemoApplications.StartAsync(time, cancel);
        try
        {
            using var client = new ControlClient(new ControlEndpoint.Local(data));
            var credentials = await AddUserAsync(client, data, cancel);
            var documents = DocumentReader.Read("demo", new StringReader(DemoResources.Yaml(applications, domain)));
            await ApplyCommand.SendAsync(client, documents, dryRun: false, prune: false, cancel);
            return new Demonstration(applications, credentials);
        }
        catch
        {
            await applications.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => applications.DisposeAsync();

    private static async Task<DemoCredentials> AddUserAsync(ControlClient client, DirectoryInfo data, CancellationToken cancel)
    {
        await CreateUserAsync(client, cancel);
        if (DemoCredentials.Read(data) is { } kept)
        {
            return kept;
        }

        // Kept only once they are set: a file that names credentials which never took would lock the tour out.
        var credentials = DemoCredentials.Create();
        await client.PostAsync($"users/{DemoResources.User}/credentials",
            new JsonObject { ["password"] = credentials.Password, ["totpSecret"] = credentials.TotpSecret, ["replace"] = true }, cancel);
        credentials.Write(data);
        return credentials;
    }

    private static async Task CreateUserAsync(ControlClient client, CancellationToken cancel)
    {
        try
        {
            await client.PostAsync("users", new JsonObject
            {
                ["kind"] = "User",
                ["name"] = DemoResources.User,
                ["spec"] = new JsonObject { ["email"] = "demo@example.test" },
            }, cancel);
        }
        catch (CommandFailure failure) when (failure.Status == HttpStatusCode.Conflict)
        {
            // An earlier demo on the same data added her.
        }
    }
}
