using Doorward.Gateway;
using Doorward.Gateway.Host;

if (args is not ["--config", var file])
{
    Console.Error.WriteLine("usage: doorward-gateway --config FILE");
    return 2;
}

try
{
    var settings = GatewaySettingsFile.Read(file);
    await using var gateway = GatewayHost.Build(settings.ToOptions(), ConsoleLog.Add);
    await gateway.StartAsync();
    _ = SayReadyAsync(gateway, settings);
    await gateway.WaitForShutdownAsync();
    if (GatewayHost.FailureOf(gateway) is not { } failure)
        return 0;
    Console.Error.WriteLine($"doorward-gateway: {failure}");
    return 1;
}
catch (GatewayOptionsException exception)
{
    Console.Error.WriteLine($"doorward-gateway: {file}: {exception.Message}");
    return 1;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine($"doorward-gateway: {exception.Message}");
    return 1;
}

// Alone on stdout, for whoever started us and waits.
static async Task SayReadyAsync(WebApplication gateway, GatewaySettingsFile settings)
{
    try
    {
        await GatewayHost.WaitUntilReadyAsync(gateway, gateway.Lifetime.ApplicationStopping);
        Console.Out.WriteLine($"ready  {string.Join(", ", settings.Listen)}");
    }
    catch (OperationCanceledException)
    {
        // Told to stop before it was.
    }
}
