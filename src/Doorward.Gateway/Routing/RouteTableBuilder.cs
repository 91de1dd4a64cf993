using System.Collections.Immutable;
using Doorward.Core.Applications;

namespace Doorward.Gateway.Routing;

/// <summary>
/// Compiles definitions into hosts. The control plane refuses conflicts when they are applied; should one arrive all the same, the host
/// belongs to nobody, because guessing would open one application with the policies of another.
/// </summary>
internal sealed class RouteTableBuilder
{
    private readonly HashSet<string> _contested = new(StringComparer.Ordinal);

    public Dictionary<string, Route> Exact { get; } = new(StringComparer.Ordinal);

    /// <summary>Keyed by suffix with its leading dot: <c>.example.org</c>.</summary>
    public Dictionary<string, Route> Wildcards { get; } = new(StringComparer.Ordinal);

    public List<Route> Routes { get; } = [];

    public List<RouteProblem> Problems { get; } = [];

    public static RouteTableBuilder Compile(RouteTableInput input)
    {
        var builder = new RouteTableBuilder();
        var reserved = new Dictionary<string, RouteKind>(StringComparer.Ordinal)
        {
            [$"{SystemApplications.AuthLabel}.{input.Domain}"] = RouteKind.Auth,
            [$"{SystemApplications.ConsoleLabel}.{input.Domain}"] = RouteKind.Console,
            [$"{SystemApplications.AgentLabel}.{input.Domain}"] = RouteKind.Agent,
        };
        foreach (var (host, kind) in reserved) builder.AddReserved(host, kind, input);
        foreach (var definition in input.Applications)
        {
            if (input.SystemApplications.Contains(definition.Name)) continue;
            builder.AddApplication(definition, reserved);
        }

        return builder;
    }

    // The console's definition comes through the feed; until it does, and for auth. and agent., a bare one stands in.
    private void AddReserved(string host, RouteKind kind, RouteTableInput input)
    {
        var definition = kind == RouteKind.Console
            ? input.Applications.FirstOrDefault(a => a.Name == SystemApplications.Console && input.SystemApplications.Contains(a.Name))
            : null;
        var name = host[..host.IndexOf('.', StringComparison.Ordinal)];
        var route = new Route(kind, definition ?? new ApplicationDefinition { Name = name, Hosts = [host] });
        Routes.Add(route);
        Exact[host] = route;
    }

    private void AddApplication(ApplicationDefinition definition, Dictionary<string, RouteKind> reserved)
    {
        if (Routes.Exists(r => r.Kind == RouteKind.Application && r.Name == definition.Name))
        {
            Report(definition, "", "is defined twice", "remove one definition");
            return;
        }

        var route = new Route(RouteKind.Application, definition);
        Routes.Add(route);
        foreach (var host in definition.Hosts.Distinct(StringComparer.Ordinal))
        {
            if (reserved.ContainsKey(host)) Report(definition, host, "is reserved for the product", "choose another host");
            else if (!IsHost(host)) Report(definition, host, "is not a lower-case DNS name, alone or after *.", "write it as wiki.example.org or *.example.org");
            else Claim(host, route);
        }
    }

    private void Claim(string host, Route route)
    {
        var table = host.StartsWith("*.", StringComparison.Ordinal) ? Wildcards : Exact;
        var key = table == Wildcards ? host[1..] : host;
        if (!_contested.Contains(host) && table.TryAdd(key, route)) return;
        var other = table.TryGetValue(key, out var first) ? first.Name : "another application";
        _contested.Add(host);
        table.Remove(key);
        Report(route.Definition, host, $"is also claimed by {other}; neither gets it", "give each application its own hosts");
    }

    private void Report(ApplicationDefinition definition, string host, string what, string fix) =>
        Problems.Add(new RouteProblem(definition.Name, host, what, fix));

    private static bool IsHost(string host)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        return name.Length is > 0 and <= 253 && name.Split('.').All(label => label.Length is > 0 and <= 63
            && label[0] != '-' && label[^1] != '-'
            && label.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_'));
    }
}
