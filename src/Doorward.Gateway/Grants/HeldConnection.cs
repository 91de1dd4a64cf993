using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;

namespace Doorward.Gateway.Grants;

/// <summary>A live connection in the list of its grant, with the facts it was judged on, and the transport it came by where that is known.</summary>
internal sealed class HeldConnection(LiveConnection live, RequestFacts facts, ClientConnection? client = null)
{
    public LiveConnection Live => live;

    public RequestFacts Facts => facts;

    public ClientConnection? Client => client;

    /// <summary>Guarded by the grant.</summary>
    public HeldConnection? Next { get; set; }

    public HeldConnection? Previous { get; set; }
}
