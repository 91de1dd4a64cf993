using Doorward.Benchmarks.Devices;
using Doorward.Benchmarks.Gateway;

// One noun a benchmark; the "serve-" ones are the peers it starts as processes of their own.
return args switch
{
    ["gateway", .. var rest] => await GatewayBenchmark.RunAsync(rest),
    ["memory", .. var rest] => await MemoryBenchmark.RunAsync(rest),
    ["devices", .. var rest] => await DevicesBenchmark.RunAsync(rest),
    ["serve-upstream"] => await Peers.UpstreamAsync(),
    ["serve-yarp", var upstream, var certificate] => await Peers.YarpAsync(upstream, certificate, withCookies: false),
    ["serve-yarp-cookie", var upstream, var certificate] => await Peers.YarpAsync(upstream, certificate, withCookies: true),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: gateway [--seconds N] [--rounds N] [--connections N] [--only yarp|yarp-cookie|doorward]   CPU per request beside plain YARP and YARP with cookie sign-in");
    Console.Error.WriteLine("       memory [--connections N]   resident memory of an idle connection beside Kestrel's, and of a session");
    Console.Error.WriteLine("       devices [--devices N] [--every SECONDS] [--seconds N] [--changes-an-hour N]   CPU and memory of a control plane that devices report to");
    return 2;
}
