using System.Text.Json;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Doorward.Control.Hosting;

/// <summary>Once the listeners are open, writes where gateways find the control plane, and closes the socket to others.</summary>
internal sealed class Announcement(DataDirectory data, IServer server) : IHostedLifecycleService
{
    /// <summary>The internal listener's address, as an https URL.</summary>
    public static Uri AddressOf(IServer server) => new(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
        .First(static address => address.StartsWith("https://", StringComparison.Ordinal)));

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Until here the directory (0700) kept others out.
            File.SetUnixFileMode(data.Socket, PrivateFiles.FileMode600);
        }

        PrivateFiles.Write(data.ControlAddress, JsonSerializer.SerializeToUtf8Bytes(new { address = AddressOf(server) }, JsonSerializerOptions.Web));
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        File.Delete(data.ControlAddress);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
