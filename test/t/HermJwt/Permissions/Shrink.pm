package HermJwt::Permissions::Shrink;
use strict;
use warnings FATAL => 'all';
use Exporter qw(import);
our @EXPORT = qw(smallest);
sub smallest { return 'TODO'; }
1;
