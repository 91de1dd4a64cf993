namespace Doorward.Core.Agents;

/// <summary>What <c>doorward-agent</c> asks for its person, by the token that <c>login</c> got. All but the last are at <c>auth.</c>.</summary>
public static class AgentPaths
{
    /// <summary>The client that <c>login</c> is, to the OpenID provider.</summary>
    public const string ClientId = "doorward-agent";
    public const string Authorize = "/connect/authorize";
    public const string DeviceCode = "/connect/device";
    public const string Token = "/connect/token";

    /// <summary>Whose session it is, and until when.</summary>
    public const string Session = "/agent/session";

    /// <summary>Ends the session.</summary>
    public const string SignOut = "/agent/logout";

    /// <summary>An SSH certificate for the application whose name follows.</summary>
    public const string Ssh = "/agent/ssh/";

    /// <summary>The same at <c>agent.</c>, by a device's certificate beside.</summary>
    public const string DeviceSsh = "/v1/ssh/";

    /// <summary>At <c>agent.</c>, by a device's certificate: the session is used from that device from now on, and from no other.</summary>
    public const string Bind = "/v1/session";
}
