using Doorward.Core.Devices.Enrolment;

namespace Doorward.Control.Connectors;

/// <summary>Why replicas are refused, in words for whoever runs one.</summary>
internal static class ConnectorProblems
{
    public static readonly DeviceProblem Link = new("link", "The link is used, expired or not one, or its connector is gone.", "Ask for a new link; it works once and for an hour.");

    public static readonly DeviceProblem KnownKey = new("known-key", "A replica joined with this key before.", "Make a new key and join with it.");

    public static readonly DeviceProblem TooMany = new("limit", "The connector has as many replicas as it can have.", "Retire those that are gone.");

    public static readonly DeviceProblem NoCertificate = new("no-certificate", "The request came without the certificate of a connector.", "Join this machine to one.");

    public static readonly DeviceProblem Unknown = new("unknown", "The certificate is of no connector of this installation.", "Join this machine to one.");

    public static readonly DeviceProblem Retired = new("retired", "This replica is retired.", "Join this machine again if it is to go on.");

    public static readonly DeviceProblem Expired = new("expired", "The certificate of the replica is not good at this time.", "It orders another by itself; if that is refused, set the clock right.");

    public static readonly DeviceProblem OtherKey = new("other-key", "The certificate is for a key that was not certified last.", "It orders another by itself.");

    public static readonly DeviceProblem Unsigned = new("unsigned", "The order is not signed by the replica's key.", "Join this machine again if its key was lost.");

    public static readonly DeviceProblem Used = new("replayed", "The order was sent before.", "The replica makes a new one by itself.");

    public static readonly DeviceProblem TooOften = new("limit", "The replica asked for too many certificates.", "It tries again by itself, in an hour.");
}
