using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Doorward.Core.Applications;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Testing.ControlPlane;

/// <summary>What tests say to the double, in the words of the product.</summary>
public static class Scenario
{
    /// <summary>An installation with a cookie key, so that people can have sessions.</summary>
    public static void Found(this ControlPlaneDouble plane, DateTimeOffset now) => plane.Commit(new Change
    {
        CookieKeys = new CookieKeys
        {
            Keys = { new CookieKey { Id = "k1", Key = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)), Created = now.ToTimestamp() } },
        },
    });

    public static Change Application(ApplicationDefinition definition) => new()
    {
        Application = new ApplicationState
        {
            Name = definition.Name,
            DefinitionJson = JsonSerializer.Serialize(definition, ApplicationJson.Default.ApplicationDefinition),
        },
    };

    public static Change Policy(string name, string cedar, bool system = false) => new()
    {
        Policies = new PoliciesPublished { Put = { new PolicyState { Name = name, Cedar = cedar, System = system } } },
    };

    public static Change PolicyRemoved(string name) => new() { Policies = new PoliciesPublished { Removed = { name } } };

    public static Change Group(string name, params string[] members) => new() { Group = new GroupState { Name = name, Members = { members } } };

    public static Change User(string name, bool disabled = false) => new()
    {
        Subject = new SubjectState { Id = $"sub_{name}", Kind = "user", Name = name, Email = $"{name}@example.org", Disabled = disabled },
    };

    public static Change Session(string id, string user, int assurance, DateTimeOffset authenticated, TimeSpan? life = null) => new()
    {
        Session = new SessionState
        {
            Id = id,
            SubjectId = $"sub_{user}",
            Kind = "browser",
            Assurance = assurance,
            Methods = { assurance > 1 ? ["pwd", "otp", "mfa"] : ["pwd"] },
            Created = authenticated.ToTimestamp(),
            Authenticated = authenticated.ToTimestamp(),
            Expires = (authenticated + (life ?? TimeSpan.FromDays(7))).ToTimestamp(),
            Address = "127.0.0.1",
        },
    };

    /// <summary>A device with a firewall, in good standing and compliant but for what a test changes.</summary>
    public static Change Device(string id, Action<DeviceState>? adjust = null)
    {
        var state = new DeviceState
        {
            Id = id,
            Standing = "active",
            Compliant = true,
            KeyAssurance = 3,
            Platform = "linux",
            Facts = { new DeviceFact { Name = "firewall", Pass = true, Provenance = 2 } },
        };
        adjust?.Invoke(state);
        return new Change { Device = state };
    }

    public static Change Connector(string name, params string[] replicas) => new() { Connector = new ConnectorState { Name = name, Replicas = { replicas } } };

    /// <summary>The same, with some that were told to drain.</summary>
    public static Change Connector(string name, string[] replicas, string[] draining) =>
        new() { Connector = new ConnectorState { Name = name, Replicas = { replicas }, Draining = { draining } } };

    /// <summary>A device signed something just now, from there.</summary>
    public static ControlMessage DeviceFresh(string id, DateTimeOffset at, string address = "127.0.0.1") => new()
    {
        Freshness = new Freshness { Devices = { new DeviceFresh { DeviceId = id, At = at.ToTimestamp(), Address = address } } },
    };

    /// <summary>The same session, for which a device signed, and for a browser beside it.</summary>
    public static Change OnDevice(this Change session, string device, string client = "", string address = "127.0.0.1", string deviceAddress = "127.0.0.1")
    {
        session.Session.DeviceId = device;
        session.Session.Place = new SessionPlace { Address = address, Client = client, DeviceAddress = deviceAddress };
        return session;
    }

    public static Change SessionEnded(string id, string cause = "", string reason = "") => new()
    {
        SessionEnded = new SessionEnded { SessionId = id, Cause = cause, Reason = reason, Initiator = "admin" },
    };

    /// <summary>Signs somebody in at one host: the value of the Cookie header.</summary>
    public static string SignIn(this ControlPlaneDouble plane, string session, string user, string host, DateTimeOffset now, int assurance = 2, TimeSpan? life = null)
    {
        plane.Commit(User(user), Session(session, user, assurance, now, life));
        return plane.Handle(session, host);
    }

    /// <summary>A further handle of a session: the value of the Cookie header.</summary>
    public static string Handle(this ControlPlaneDouble plane, string session, string host)
    {
        var handle = Credential.New();
        plane.Log.Handles[Convert.ToHexString(Credential.Hash(handle))] = (session, host);
        return $"__Host-doorward={CookieValue(plane.Log.CookieKey, handle, host)}";
    }

    /// <summary>A token for named applications: the value of the Authorization header.</summary>
    public static string Token(this ControlPlaneDouble plane, string session, params string[] applications)
    {
        var token = $"dwt_{Credential.New()}";
        plane.Log.Tokens[Convert.ToHexString(Credential.Hash(token))] = (session, $"tok_{session}", applications);
        return $"Bearer {token}";
    }

    /// <summary>Signs somebody in from the command line: the value of the Authorization header.</summary>
    public static string SignInAgent(this ControlPlaneDouble plane, string session, string user, DateTimeOffset now, int assurance = 2, string device = "")
    {
        var made = Session(session, user, assurance, now);
        (made.Session.Kind, made.Session.DeviceId) = ("agent", device);
        plane.Commit(User(user), made);
        return plane.Token(session);
    }

    // Written a second time on purpose: the gateway must agree with the contract, not with itself.
    public static string CookieValue(CookieKey key, string handle, string host)
    {
        var mac = HMACSHA256.HashData(key.Key.ToByteArray(), Encoding.UTF8.GetBytes($"{handle}|{host}"));
        return $"{key.Id}.{handle}.{Base64Url.EncodeToString(mac)}";
    }
}
