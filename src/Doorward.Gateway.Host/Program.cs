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
    await gateway.WaitForShutdownAsync();
    return 0;
}
catch (GatewayOptionsException exception)
{
    Console.Error.WriteLine($"doorward-gateway: {file}: {exception.Message}");
    return 1;
}
catch (IOException exception)
{
    Console.Error.WriteLine($"doorward-gateway: {exception.Message}");
    return 1;
}
