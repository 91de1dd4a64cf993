using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Tests.Devices;
using Doorward.Core.Tunnels.Joining;
using Doorward.Testing.Devices;

namespace Doorward.Control.Tests.Connectors;

/// <summary>A control plane with connectors, and replicas that come to it as a gateway hands them on.</summary>
public sealed class ConnectorWorld : IAsyncLifetime
{
    public DeviceWorld Devices { get; } = new();

    public HttpClient Local => Devices.Local;

    internal TestControlPlane Control => Devices.Control;

    public async ValueTask InitializeAsync()
    {
        await Devices.InitializeAsync();
        await PutAsync("connectors/hq", new { });
        await PutAsync("connectors/branch", new { });
    }

    public async Task PutAsync(string path, object spec)
    {
        using var response = await Local.PutAsJsonAsync(path, new { spec });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<ConnectorLink> InviteAsync(string connector = "hq")
    {
        using var response = await Local.PostAsJsonAsync($"connectors/{connector}/invitations", new { });
        var made = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, made.ToString());
        return ConnectorLink.TryParse(made.GetProperty("link").GetString()!, out var link) ? link : throw new InvalidOperationException("The link is none.");
    }

    public TestReplica NewReplica() => new(Devices.SendAsync);

    public async Task<TestReplica> JoinAsync(string connector = "hq") => await TestReplica.JoinAsync(Devices.SendAsync, await InviteAsync(connector));

    public Task<HttpResponseMessage> RetireAsync(TestReplica replica) =>
        Local.PostAsJsonAsync($"connectors/{replica.Joined!.Connector}/replicas/{replica.Id}/retire", new { reason = "Sold." });

    public async Task<JsonElement> StateAsync(string connector) => await Local.GetFromJsonAsync<JsonElement>($"connectors/{connector}/state");

    public async Task<(HttpStatusCode Status, string Body)> DeleteAsync(string path)
    {
        using var response = await Local.DeleteAsync(path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync() => await Devices.DisposeAsync();
}
