"""Mark on other machines: connect to a cluster, check its workers, and send jobs there."""
