using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Doorward.Control.Identity.Agents;

/// <summary>
/// The client that <c>doorward-agent login</c> is: built in, public, on people's own machines (RFC 8252). It comes back to a port of
/// loopback that it takes as it starts, and gets a token of ours instead of OpenIddict's.
/// </summary>
public static class AgentClient
{
    public const string Id = Core.Agents.AgentPaths.ClientId;

    /// <summary>What the asking machine says its name is; shown to the person, and believed by nobody.</summary>
    public const string MachineParameter = "machine";

    /// <summary>In the code: the same, and where it was asked from.</summary>
    public const string MachineClaim = "doorward:machine";
    public const string AddressClaim = "doorward:address";
    internal const int LongestMachine = 64;

    /// <summary>Where the page is that takes the code of <c>login --device-code</c>.</summary>
    public const string CodePath = "/code";

    /// <summary>How long the person may take to type it.</summary>
    internal static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    /// <summary>Between two questions of the waiting agent (RFC 8628 section 3.2).</summary>
    internal static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    /// <summary>The version of what follows.</summary>
    internal const string Version = "built-in.1";

    public static bool Is(string? clientId) => clientId == Id;

    /// <summary>Bounded; what of it misleads is taken out where it is shown.</summary>
    internal static string MachineOf(OpenIddictRequest request) =>
        (string?)request[MachineParameter] is { Length: > 0 } name ? name[..Math.Min(name.Length, LongestMachine)] : "?";

    internal static OpenIddictApplicationDescriptor Describe()
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = Id,
            DisplayName = "doorward-agent",
            ClientType = ClientTypes.Public,
            // A native one's loopback addresses match with any port (RFC 8252 section 7.3).
            ApplicationType = ApplicationTypes.Native,
            ConsentType = ConsentTypes.Explicit,
        };
        descriptor.RedirectUris.Add(new Uri("http://127.0.0.1/"));
        descriptor.RedirectUris.Add(new Uri("http://[::1]/"));
        descriptor.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        descriptor.Permissions.UnionWith(
        [
            Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.DeviceAuthorization,
            Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.DeviceCode, Permissions.ResponseTypes.Code,
        ]);
        return descriptor;
    }
}
